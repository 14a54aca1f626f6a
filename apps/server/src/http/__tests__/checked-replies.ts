import { problemMediaType, problemSchema, requestErrorCodes } from '@pixsim7/contracts';
import { expect } from 'vitest';
import { z } from 'zod';
import type { HttpApp } from '../http-parts.ts';

/**
 * Holds every reply against what the reference promises: JSON has exactly the members of its schema, an error is a
 * complete problem whose status is that of its code, and each reply names its request.
 */
export async function checkReply(app: HttpApp, method: string, path: string, reply: Response): Promise<void> {
  expect(reply.headers.get('request-id')).toMatch(/^req_/);
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  const mediaType = reply.headers.get('content-type')?.split(';')[0];
  if (method === 'HEAD' || reply.status === 304) return;
  if (reply.status >= 400 && path !== '/health' && path !== '/ready') {
    expect(mediaType).toBe(problemMediaType);
    const problem = exactly(problemSchema, await reply.clone().json());
    expect(problem.status).toBe(reply.status);
    expect(requestErrorCodes[problem.code]).toBe(reply.status);
    expect(problem.request_id).toBe(reply.headers.get('request-id'));
    return;
  }
  if (mediaType !== 'application/json' || path === '/openapi.json') return;
  const schema = declaredSchema(app, method, path, reply.status);
  if (schema === null) throw new Error(`${method} ${path} declares no JSON for ${reply.status}.`);
  exactly(schema, await reply.clone().json());
}

/** Schemas drop what they do not know, so a member that nobody declared shows as a difference. */
function exactly<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.parse(value);
  expect(value).toEqual(parsed);
  return parsed;
}

function declaredSchema(app: HttpApp, method: string, path: string, status: number): z.ZodType | null {
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route' || definition.route.method !== method.toLowerCase()) continue;
    const template = new RegExp(`^${definition.route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    if (!template.test(path)) continue;
    const response = definition.route.responses[status];
    const content = response !== undefined && 'content' in response ? response.content : undefined;
    const body = content?.['application/json'];
    if (body !== undefined && 'schema' in body && body.schema instanceof z.ZodType) return body.schema;
  }
  return null;
}
