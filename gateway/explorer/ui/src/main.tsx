import "@graphiql/react/setup-workers/vite";
import "graphiql/style.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panels.css";
import "./styles/answer.css";
import "./styles/variables.css";
import "./styles/narrow.css";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { readConfig } from "./config";

const config = readConfig();
document.title = config.title;
createRoot(document.getElementById("explorer")!).render(<App config={config} />);
