import { accountEventTypes, assetEventTypes, jobEventTypes } from '@pixsim7/contracts';
import type { OperationType, ProviderManifest } from '@pixsim7/contracts';

interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** The part of an OpenAPI document that this changes. */
interface WithSchemas {
  paths?: Record<string, unknown>;
  components?: { schemas?: Record<string, unknown> };
}

/**
 * Describes a request for a job by its operation and an event by its type, so generated clients get a union that they
 * can narrow. The schemas that check requests stay one: they say more about a mistake than that no variant fits.
 */
export function withVariants<Document extends WithSchemas>(
  document: Document,
  manifests: readonly ProviderManifest[],
): Document {
  const schemas = document.components?.schemas;
  const request = schemas?.['CreateJobRequest'] as JsonSchema | undefined;
  const parameters = schemas?.['JobParameters'] as JsonSchema | undefined;
  if (schemas === undefined) {
    return document;
  }
  describeUpload(document);
  if ('JobEvent' in schemas) {
    schemas['Event'] = eventUnion();
    describeStream(document);
  }
  if (request === undefined || parameters === undefined) {
    return document;
  }
  const operations = operationsOf(manifests);
  if (operations.size === 0) {
    return document;
  }
  const mapping: Record<string, string> = {};
  for (const [operation, names] of operations) {
    const name = pascalCase(operation);
    schemas[`${name}Parameters`] = {
      ...parameters,
      properties: pick(parameters.properties ?? {}, names.taken),
      ...(names.required.length === 0 ? {} : { required: names.required }),
    };
    schemas[`${name}Request`] = {
      ...request,
      properties: {
        ...request.properties,
        operation_type: { type: 'string', enum: [operation] },
        params: reference(`${name}Parameters`),
      },
    };
    mapping[operation] = `#/components/schemas/${name}Request`;
  }
  schemas['CreateJobRequest'] = {
    oneOf: Object.values(mapping).map((target) => ({ $ref: target })),
    discriminator: { propertyName: 'operation_type', mapping },
  };
  return document;
}

function eventUnion(): JsonSchema {
  const types = { JobEvent: jobEventTypes, AssetEvent: assetEventTypes, AccountEvent: accountEventTypes };
  return {
    oneOf: Object.keys(types).map(reference),
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(
        Object.entries(types).flatMap(([name, values]) =>
          values.map((value) => [value, `#/components/schemas/${name}`]),
        ),
      ),
    },
  };
}

/** An import has a path of its own; of two kinds of body, generators take the JSON and leave the upload out. */
function describeUpload({ paths }: WithSchemas): void {
  const { post } = (paths?.['/api/v1/assets'] ?? {}) as {
    post?: { requestBody?: { content?: Record<string, unknown> } };
  };
  delete post?.requestBody?.content?.['application/json'];
}

/** Describes the contents of the event stream as one union within another. */
function describeStream({ paths }: WithSchemas): void {
  const path = paths?.['/api/v1/events'] as StreamPath | undefined;
  const content = path?.get.responses[200].content['text/event-stream'];
  if (content !== undefined) {
    content['schema'] = { anyOf: ['Event', 'EventGap', 'EventReset'].map(reference) };
  }
}

interface StreamPath {
  readonly get: {
    readonly responses: { 200: { content: { 'text/event-stream': Record<string, unknown> } } };
  };
}

interface ParameterNames {
  /** By any model of any provider. */
  readonly taken: readonly string[];
  /** By every model of every provider, without a default. */
  readonly required: readonly string[];
}

function operationsOf(manifests: readonly ProviderManifest[]): Map<OperationType, ParameterNames> {
  const all = manifests.flatMap(({ operations }) => operations);
  const names = new Map<OperationType, ParameterNames>();
  for (const operation of new Set(all.map(({ operation_type: type }) => type))) {
    const models = all
      .filter(({ operation_type: type }) => type === operation)
      .flatMap((entry) => entry.models);
    const taken = new Set(models.flatMap(({ parameters }) => Object.keys(parameters)));
    names.set(operation, {
      taken: [...taken, 'model', 'provider_options'],
      required: [...taken].filter((name) =>
        models.every(({ parameters }) => {
          const specification = parameters[name as keyof typeof parameters];
          return specification?.required === true && specification.default === undefined;
        }),
      ),
    });
  }
  return names;
}

function pick(properties: Readonly<Record<string, unknown>>, names: readonly string[]) {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}

function reference(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|_)(\w)/gu, (_, letter: string) => letter.toUpperCase());
}
