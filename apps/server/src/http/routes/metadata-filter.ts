import { jobMetadataSchema } from '@pixsim7/contracts';
import { reservedKeys } from '../body/read-json.ts';
import { jsonPointer } from '../problems/json-pointer.ts';
import { problemFields, refusalOf } from '../problems/validation-problem.ts';

/**
 * The metadata that a list of jobs is asked for: `metadata[shot]=12b`, each name once.
 *
 * @throws RequestError invalid_params
 */
export function metadataFilter(query: Readonly<Record<string, readonly string[]>>): {
  readonly metadata?: Record<string, string>;
} {
  // From entries: a note may be called `__proto__`.
  const wanted = Object.fromEntries(
    Object.entries(query).flatMap(([parameter, values]) => {
      const name = /^metadata\[(.*)\]$/su.exec(parameter)?.[1];
      return name === undefined ? [] : [[name, values[0]]];
    }),
  );
  const reserved = reservedKeys.find((name) => Object.hasOwn(wanted, name));
  if (reserved !== undefined) {
    const detail = 'No job has metadata with this key.';
    throw refusalOf([
      { in: 'query', pointer: jsonPointer(['metadata', reserved]), code: 'not_allowed', detail },
    ]);
  }
  if (Object.keys(wanted).length === 0) {
    return {};
  }
  const { data, error } = jobMetadataSchema.safeParse(wanted);
  if (error === undefined) {
    return { metadata: data };
  }
  const errors = problemFields({ in: 'query', schema: null, value: wanted, issues: error.issues });
  throw refusalOf(errors.map((field) => ({ ...field, pointer: `/metadata${field.pointer}` })));
}
