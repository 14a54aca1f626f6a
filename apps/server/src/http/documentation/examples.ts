import { automaticProvider } from '@pixsim7/contracts';
import type { CreateJobRequest, ProviderManifest } from '@pixsim7/contracts';

const prompt = 'a paper boat on rain water, slow push in';

/** Requests that run as they stand, on any server with an account; the sandbox has one from the start. */
function jobExamples(
  manifests: readonly ProviderManifest[],
): Record<string, { summary: string; value: CreateJobRequest }> {
  const named = manifests.find(({ operations }) =>
    operations.some(({ operation_type: type }) => type === 'text_to_video'),
  );
  const request = { operation_type: 'text_to_video', params: { prompt } } as const;
  return {
    any_provider: {
      summary: 'Text to video, at any provider',
      value: { ...request, provider_id: automaticProvider },
    },
    ...(named === undefined
      ? {}
      : {
          one_provider: {
            summary: `Text to video, at ${named.name}`,
            value: { ...request, provider_id: named.id, metadata: { shot: '12b' } },
          },
        }),
  };
}

interface Paths {
  paths?: Record<string, unknown>;
}

interface JsonOperation {
  requestBody?: { content?: { 'application/json'?: Record<string, unknown> } };
}

/** Puts examples next to the bodies of jobs and quotes, with which "Try it out" begins. */
export function withExamples<Document extends Paths>(
  document: Document,
  manifests: readonly ProviderManifest[],
): Document {
  for (const path of ['/api/v1/jobs', '/api/v1/quotes']) {
    const { post } = (document.paths?.[path] ?? {}) as { post?: JsonOperation };
    const body = post?.requestBody?.content?.['application/json'];
    if (body !== undefined) {
      body['examples'] = jobExamples(manifests);
    }
  }
  return document;
}
