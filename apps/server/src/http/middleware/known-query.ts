import type { MiddlewareHandler } from 'hono';
import { didYouMean } from '@pixsim7/contracts';
import type { HttpEnvironment } from '../http-parts.ts';
import { jsonPointer } from '../problems/json-pointer.ts';
import { refusalOf } from '../problems/validation-problem.ts';
import { routeTemplate } from './route-template.ts';

/**
 * Refuses query parameters that a route does not have: a misspelled filter would list everything.
 *
 * @param knownTo names of a route, by method and template; null when there is no such route
 */
export function knownQuery(
  knownTo: (method: string, template: string) => readonly string[] | null,
): MiddlewareHandler<HttpEnvironment> {
  return async (context, next) => {
    const given = Object.keys(context.req.queries());
    const known = given.length === 0 ? null : knownTo(context.req.method, routeTemplate(context));
    if (known !== null) {
      const unknown = given.filter((name) => !known.includes(parameterOf(name)));
      if (unknown.length > 0) {
        throw refusalOf(
          unknown.map((name) => ({
            in: 'query',
            pointer: jsonPointer([name]),
            code: 'not_supported',
            detail: `Unknown query parameter ${name}.${didYouMean(name, known)}`,
            allowed: known,
          })),
        );
      }
    }
    await next();
  };
}

/** `metadata[shot]` is a member of `metadata`. */
function parameterOf(name: string): string {
  return /^(metadata)\[.*\]$/su.exec(name)?.[1] ?? name;
}
