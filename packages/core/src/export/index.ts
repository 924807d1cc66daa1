export { type CellIds, type CellReport, type CellStatistic, cellAt } from "./cell-at.js";
export { EXPORT_FORMATS, type ExportFormat, exportCells } from "./export-cells.js";
export type { StatisticValue } from "./occupied-cells.js";
