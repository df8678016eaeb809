// The tests have the router's address built in: connections to port 4000 go to ROUTER_PORT.
const net = require("node:net");

const BUILT_IN = 4000;
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (Number(options?.port) === BUILT_IN) {
    Object.assign(options, { host: "127.0.0.1", port: Number(process.env.ROUTER_PORT) });
  }
  return connect.apply(this, given);
};
