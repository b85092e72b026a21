// The entry: starts each part once. Parts know nothing of one another.

import { startActions } from "ems/actions";
import { startCharts } from "ems/charts";
import { startDialogs } from "ems/dialogs";
import { startForms } from "ems/forms";
import { startKeys } from "ems/keys";
import { startLive } from "ems/live";
import { startLoading } from "ems/loading";
import { startMoney } from "ems/money";
import { startNotices } from "ems/notices";
import { startPalette } from "ems/palette";
import { startTheme } from "ems/theme";
import { startTimes } from "ems/times";
import { startToasts } from "ems/toasts";

for (const start of [
  startTheme, startActions, startToasts, startDialogs, startKeys, startPalette, startNotices, startForms, startLoading, startTimes, startMoney, startLive, startCharts,
])
  start();
