import type { ChoiceKind } from '@pixsim7/contracts';
import type { PixVerse } from '@pixsim7/pixverse';
import type { CallOptions, ProviderChoice, ProviderChoicePage } from '../contract/adapter.ts';

/** The largest page that every list takes. */
const pageSize = 100;

/** One page of what an account can choose from. A page that is not full is the last one. */
export async function readChoices(
  client: PixVerse,
  kind: ChoiceKind,
  page: number,
  options: CallOptions | undefined,
): Promise<ProviderChoicePage> {
  const choices = await choicesOf(client, kind, page, options);
  return { choices, next: choices.length < pageSize ? null : page + 1 };
}

async function choicesOf(
  client: PixVerse,
  kind: ChoiceKind,
  page: number,
  options: CallOptions | undefined,
): Promise<ProviderChoice[]> {
  switch (kind) {
    case 'voices': {
      const { data } = await client.speakers.list({ page_num: page, page_size: pageSize }, options);
      return data.map(({ speaker_id: id, name }) => choice(id, name));
    }
    case 'styles': {
      const styles = await client.restyles.list({ page_num: page, page_size: pageSize }, options);
      return styles.map(({ restyle_id: id, restyle_name: name, cover_url: cover }) =>
        choice(id, name, cover),
      );
    }
    case 'effects':
    case 'image_effects': {
      const type = kind === 'effects' ? 1 : 2;
      const { effect_items: items } = await client.templates.list({ type, page, pageSize }, options);
      return items.map(({ template_id: id, display_name: name, cover, effect_type: images }) =>
        choice(id, name, cover, images),
      );
    }
  }
}

function choice(id: string, name?: string, coverUrl?: string, images?: number): ProviderChoice {
  return { id, name: name ?? id, coverUrl: coverUrl ?? null, images: images ?? null };
}
