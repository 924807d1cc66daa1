import { createApp } from "./app.js";
import { connectControls } from "./ui/controls.js";
import { pageElements } from "./ui/elements.js";

const page = pageElements();
const app = createApp(page);
connectControls(page, app);
app.followAddress();
