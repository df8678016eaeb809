// Apollo's compatibility tests as they are published; only where they find the router differs.
const { dirname, join } = require("node:path");

const home = dirname(
  require.resolve("@apollo/federation-subgraph-compatibility-tests/package.json"),
);

module.exports = {
  rootDir: home,
  roots: [join(home, "dist", "tests")],
  haste: { retainAllFiles: true },
  testPathIgnorePatterns: [],
  setupFiles: [join(__dirname, "router.cjs")],
};
