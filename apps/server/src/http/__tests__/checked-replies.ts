import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { z } from 'zod';
import {
  eventGapSchema,
  eventResetSchema,
  eventSchema,
  problemMediaType,
  problemSchema,
  requestErrorCodes,
} from '@pixsim7/contracts';
import { openApiDocument } from '../documentation/document.ts';
import type { HttpApp } from '../http-parts.ts';

/**
 * Holds every reply against what the reference promises: JSON has exactly the members of its schema and is valid by the
 * OpenAPI document, an error is a complete problem whose status is that of its code, and each reply names its request.
 */
export async function checkReply(app: HttpApp, method: string, path: string, reply: Response): Promise<void> {
  expect(reply.headers.get('request-id')).toMatch(/^req_/);
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  const mediaType = reply.headers.get('content-type')?.split(';')[0];
  if (method === 'HEAD' || reply.status === 304) {
    return;
  }
  if (reply.status >= 400 && path !== '/health' && path !== '/ready') {
    expect(mediaType).toBe(problemMediaType);
    const problem = exactly(problemSchema, await reply.clone().json());
    expect(problem.status).toBe(reply.status);
    expect(requestErrorCodes[problem.code]).toBe(reply.status);
    expect(problem.request_id).toBe(reply.headers.get('request-id'));
    documentOf(app).check(method, path, reply.status, problemMediaType, problem);
    return;
  }
  if (mediaType !== 'application/json' || path === '/openapi.json') {
    return;
  }
  const schema = declaredSchema(app, method, path, reply.status);
  if (schema === null) {
    throw new Error(`${method} ${path} declares no JSON for ${reply.status}.`);
  }
  const body: unknown = await reply.clone().json();
  exactly(schema, body);
  documentOf(app).check(method, path, reply.status, mediaType, body);
}

/** The same for one event of the stream, which no reply ends with. */
export function checkEvent(app: HttpApp, data: unknown): void {
  exactly(z.union([eventSchema, eventGapSchema, eventResetSchema]), data);
  documentOf(app).check('GET', '/api/v1/events', 200, 'text/event-stream', data);
}

/** Schemas drop what they do not know, so a member that nobody declared shows as a difference. */
function exactly<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.parse(value);
  expect(value).toEqual(parsed);
  return parsed;
}

function declaredSchema(app: HttpApp, method: string, path: string, status: number): z.ZodType | null {
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route' || definition.route.method !== method.toLowerCase()) {
      continue;
    }
    const template = new RegExp(`^${definition.route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    if (!template.test(path)) {
      continue;
    }
    const response = definition.route.responses[status];
    const content = response !== undefined && 'content' in response ? response.content : undefined;
    const body = content?.['application/json'];
    if (body !== undefined && 'schema' in body && body.schema instanceof z.ZodType) {
      return body.schema;
    }
  }
  return null;
}

interface CheckedDocument {
  /** @throws when the document does not describe such a reply, or describes it otherwise */
  check(method: string, path: string, status: number, mediaType: string, body: unknown): void;
}

const documents = new WeakMap<HttpApp, CheckedDocument>();
/** By their text. Hundreds of applications of the tests have the same one, and compiling its schemas takes a second. */
const compiledDocuments = new Map<string, CheckedDocument>();

/** The document as a generated client reads it: as JSON Schema, without anything of the schemas that it is made from. */
function documentOf(app: HttpApp): CheckedDocument {
  const known = documents.get(app);
  if (known !== undefined) {
    return known;
  }
  const text = JSON.stringify(openApiDocument(app, '0.0.0-test', []));
  const document = compiledDocuments.get(text) ?? compileDocument(text);
  compiledDocuments.set(text, document);
  documents.set(app, document);
  return document;
}

type Responses = Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;

function compileDocument(text: string): CheckedDocument {
  const document = JSON.parse(text) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Responses }>>>>;
  };
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'openapi', ...document });
  const compiled = new Map<string, ValidateFunction>();
  return {
    check(method, path, status, mediaType, body) {
      const template = Object.keys(document.paths).find((candidate) =>
        new RegExp(`^${candidate.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
      );
      const responses =
        template === undefined ? {} : document.paths[template]?.[method.toLowerCase()]?.responses;
      const declared = responses?.[status] === undefined ? 'default' : String(status);
      // An address or a method that is not there is in no document.
      if (template === undefined || responses === undefined) {
        return;
      }
      if (responses[declared]?.content?.[mediaType] === undefined) {
        throw new Error(`${method} ${template} declares no ${mediaType} for ${status}.`);
      }
      const steps = [
        'paths',
        template,
        method.toLowerCase(),
        'responses',
        declared,
        'content',
        mediaType,
        'schema',
      ];
      const pointer = steps
        .map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')))
        .join('/');
      const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `openapi#/${pointer}` });
      compiled.set(pointer, validate);
      if (!validate(body)) {
        const place = `${method} ${template} ${status}`;
        throw new Error(`${place} is not what the document says: ${ajv.errorsText(validate.errors)}`);
      }
    },
  };
}
