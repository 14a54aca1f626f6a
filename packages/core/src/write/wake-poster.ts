import type { AssetRow } from '../model/index.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** Offers the making of a poster to the workers once its asset is written. */
export function wakePoster(unit: UnitOfWork, { id, posterDueAt }: AssetRow): void {
  if (posterDueAt !== null) {
    unit.wake({ step: 'poster', id }, posterDueAt);
  }
}
