import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./explorer.css";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { readConfig } from "./config";

const config = readConfig();
document.title = config.title;
createRoot(document.getElementById("explorer")!).render(<App config={config} />);
