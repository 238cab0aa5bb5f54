export type {
  Availability,
  Caller,
  Demand,
  Order,
  Overview,
  Reservation,
  ReservationLine,
  ReservationWithPosition,
  StockMovement,
  WarehouseSyncDetails,
} from '@holdfast/client';
import type {
  Availability,
  Consistency,
  Caller,
  LevelPromiseList,
  LowStockList,
  ReservationHistory,
  SearchResults,
  LocationList,
} from '@holdfast/client';

export type Scope = Caller['scopes'][number];
export type HistoryEntry = ReservationHistory['data'][number];
export type LevelPromise = LevelPromiseList['data'][number];
export type LowSku = LowStockList['data'][number];
export type SearchResult = SearchResults['results'][number];
export type Location = LocationList['data'][number];
export type StockIssue = Consistency['issues'][number];
export type Level = Availability['locations'][number];
