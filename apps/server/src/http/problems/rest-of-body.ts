import type { z } from 'zod';
import { createJobRequestSchema } from '@pixsim7/contracts';
import type { CreateJobRequest, ProblemField } from '@pixsim7/contracts';
import { jsonPointer } from './json-pointer.ts';
import { problemFields } from './validation-problem.ts';

/** Finds the problems of a body that its schema does not know of. */
export type ProblemsOfRest = (
  schema: z.ZodType,
  body: unknown,
  issues: readonly z.core.$ZodIssue[],
) => Promise<readonly ProblemField[]>;

/**
 * Checks a request for a job as if the values that its schema refused had been left out, so a seed of the wrong type
 * hides no duration that the model does not have.
 *
 * @param problemsOf what the rules say about a request that its schema takes
 */
export function problemsOfJobRest(
  problemsOf: (request: CreateJobRequest) => Promise<readonly ProblemField[]>,
): ProblemsOfRest {
  return async (schema, body, issues) => {
    if (schema !== createJobRequestSchema) {
      return [];
    }
    const refused = pathsOf(issues);
    let rest = createJobRequestSchema.safeParse(refused.reduce(withoutValue, body));
    const found: ProblemField[] = [];
    if (!rest.success) {
      // The schema judges several values together only when each of them is right.
      const more = rest.error.issues.filter((issue) => issue.code === 'custom');
      found.push(...problemFields({ in: 'body', schema, value: body, issues: more }));
      refused.push(...pathsOf(more));
      rest = createJobRequestSchema.safeParse(refused.reduce(withoutValue, body));
    }
    if (!rest.success) {
      return found;
    }
    const pointers = refused.map((path) => jsonPointer(path));
    const problems = await problemsOf(rest.data);
    return [
      ...found,
      ...problems.filter(
        ({ pointer }) => !pointers.some((taken) => pointer === taken || pointer.startsWith(`${taken}/`)),
      ),
    ];
  };
}

function pathsOf(issues: readonly z.core.$ZodIssue[]): (readonly PropertyKey[])[] {
  return issues.flatMap(({ path, ...issue }) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path],
  );
}

/** A list with a refused entry goes as a whole: without the entry, the others would move up. */
function withoutValue(value: unknown, path: readonly PropertyKey[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) {
    return undefined;
  }
  const { [key]: member, ...others } = value as Record<PropertyKey, unknown>;
  const kept = rest.length === 0 ? undefined : withoutValue(member, rest);
  return kept === undefined ? others : { ...others, [key]: kept };
}
