import type { Context } from 'hono';
import { routePath } from 'hono/route';
import type { HttpEnvironment } from '../http-parts.ts';

/** The path as the API reference writes it, with names instead of values; `unmatched` when no route took the request. */
export function routeTemplate(context: Context<HttpEnvironment>): string {
  const path = routePath(context, -1);
  return path === '' || path.endsWith('*') ? 'unmatched' : path.replaceAll(/:(\w+)(?:\{[^}]*\})?/gu, '{$1}');
}
