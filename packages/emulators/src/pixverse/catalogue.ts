import type { JsonObject } from '../http/lossless-json.ts';
import type { Emulation } from './emulation.ts';
import { decision } from './endpoint.ts';
import type { Endpoint, EndpointRequest } from './endpoint.ts';
import { PixverseRefusal } from './error-codes.ts';
import { parseFields } from './fields.ts';
import { pageOf, readPage } from './paging.ts';
import type { Page } from './paging.ts';
import { restyleCoverName, templateCoverName } from './pictures.ts';
import { restyleEffects } from './restyle-effects.ts';
import { mediaPath } from './result-files.ts';
import { templatesWith } from './templates.ts';
import type { Template } from './templates.ts';

const pageNames = { number: 'page_num', size: 'page_size' } as const;

/** GET /video/restyle/list. The reference puts the page into a JSON body of the GET, an integrator into the query: both work. */
export function restyleListEndpoint(emulation: Emulation): Endpoint<Page> {
  return {
    read: async (request) => readPage(pagingQueryOf(request), pageNames),
    decide: (page) =>
      decision(
        'Success',
        pageOf(restyleEffects, page).map(({ id, name, prompt }) => ({
          restyle_id: id,
          restyle_name: name,
          restyle_prompt: prompt,
          cover_url: `${emulation.url()}${mediaPath}${restyleCoverName(id)}`,
        })),
      ),
  };
}

function pagingQueryOf({ url, body }: EndpointRequest): URLSearchParams {
  if (body.length === 0) {
    return url.searchParams;
  }
  const fields = parseFields(new TextDecoder().decode(body));
  const query = new URLSearchParams(url.searchParams);
  for (const name of Object.values(pageNames)) {
    const value = fields.integer(name);
    if (value !== null) {
      query.set(name, String(value));
    }
  }
  return query;
}

interface TemplateQuery {
  readonly makes: Template['makes'];
  readonly page: Page;
}

/** GET /video/effects/templates/list: active or not. The members of an item are those of the web catalogue. */
export function templateListEndpoint(emulation: Emulation): Endpoint<TemplateQuery> {
  return {
    async read({ url }) {
      const type = url.searchParams.get('type') ?? '1';
      if (type !== '1' && type !== '2') {
        throw new PixverseRefusal(400017, 'type is 1 (video) or 2 (image)');
      }
      const page = readPage(url.searchParams, { number: 'page', size: 'pageSize' }, [10, 20, 50, 100]);
      return { makes: type === '1' ? 'video' : 'image', page };
    },
    decide({ makes, page }) {
      const templates = templatesWith(emulation.settings.active_templates).filter(
        (template) => template.makes === makes,
      );
      return decision('success', {
        effect_items: pageOf(templates, page).map((template) => itemOf(emulation, template)),
      });
    },
  };
}

function itemOf(emulation: Emulation, { id, name, makes, images, qualities, seconds }: Template): JsonObject {
  return {
    template_id: BigInt(id),
    display_name: name,
    effect_type: images,
    template_type: makes === 'video' ? 1 : 2,
    qualities: [...qualities],
    duration: seconds,
    cover: `${emulation.url()}${mediaPath}${templateCoverName(id)}`,
  };
}
