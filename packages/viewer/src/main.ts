import { startApp } from "./app.js";
import { pageElements } from "./ui/elements.js";

startApp(pageElements());
