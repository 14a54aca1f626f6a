import { noRowWrites } from '@pixsim7/core';
import type { RowWrites } from '@pixsim7/core';

/** The writes of a unit of work: nothing but the overrides. */
export function buildRowWrites(overrides: Partial<RowWrites> = {}): RowWrites {
  return { ...noRowWrites(), ...overrides };
}
