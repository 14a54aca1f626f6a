import { z } from 'zod';
import type { HttpApp } from '../http-parts.ts';

type Definition = HttpApp['openAPIRegistry']['definitions'][number];

/** The schema of a route's JSON body, by method and template; null when it takes none. */
export function bodySchemaOf(
  definitions: readonly Definition[],
  method: string,
  template: string,
): z.ZodType | null {
  for (const definition of definitions) {
    if (definition.type !== 'route') continue;
    const { route } = definition;
    if (route.method !== method.toLowerCase() || route.path !== template) continue;
    const body = route.request?.body?.content['application/json'];
    return body !== undefined && 'schema' in body && body.schema instanceof z.ZodType ? body.schema : null;
  }
  return null;
}
