/**
 * The row was changed by somebody else since it was read. The transaction is rolled back; the caller reads again and
 * decides again. It is the normal end of a race, not a fault.
 */
export class StaleRowError extends Error {
  override readonly name = 'StaleRowError';
  readonly code = 'stale_row';
}

/** A unique rule of the schema refused the row; `constraint` says which. */
export class UniqueViolationError extends Error {
  override readonly name = 'UniqueViolationError';
  readonly code = 'unique_violation';
  readonly constraint: string;

  constructor(constraint: string, options?: ErrorOptions) {
    super(`Unique rule ${constraint} is violated.`, options);
    this.constraint = constraint;
  }
}
