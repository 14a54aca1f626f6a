export { Bulkhead, type Admission, type BulkheadOptions, type Place, type Visit } from './bulkhead.ts';
export {
  callsOf,
  createBulkheads,
  downloadsOf,
  hostOf,
  noticesOf,
  type Bulkheads,
  type BulkheadsOptions,
} from './bulkheads.ts';
