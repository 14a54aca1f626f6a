import { z } from 'zod';
import type { HttpApp } from '../http-parts.ts';

type Definition = HttpApp['openAPIRegistry']['definitions'][number];

/** The schema of a route's JSON body, by method and template; null when it takes none. */
export function bodySchemaOf(
  definitions: readonly Definition[],
  method: string,
  template: string,
): z.ZodType | null {
  const body = routeOf(definitions, method, template)?.request?.body?.content['application/json'];
  return body !== undefined && 'schema' in body && body.schema instanceof z.ZodType ? body.schema : null;
}

/** Names of the query parameters of a route; null when there is no such route. */
export function queryNamesOf(
  definitions: readonly Definition[],
  method: string,
  template: string,
): readonly string[] | null {
  // A GET route answers HEAD too.
  const route = routeOf(definitions, method === 'HEAD' ? 'GET' : method, template);
  if (route === undefined) {
    return null;
  }
  const { query } = route.request ?? {};
  return query instanceof z.ZodObject ? Object.keys(query.shape).sort() : [];
}

/** Whether a route takes a body of any kind. */
export function takesBody(definitions: readonly Definition[], method: string, template: string): boolean {
  return routeOf(definitions, method, template)?.request?.body !== undefined;
}

function routeOf(definitions: readonly Definition[], method: string, template: string) {
  return definitions
    .filter((definition) => definition.type === 'route')
    .map(({ route }) => route)
    .find((route) => route.method === method.toLowerCase() && route.path === template);
}
