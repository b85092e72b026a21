// The admin's one button of ours: light or dark, as in the portal. No import map there, hence the plain path.

import { startTheme } from "./theme.js";

startTheme();
