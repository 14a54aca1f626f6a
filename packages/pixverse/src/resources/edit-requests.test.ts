import { describe, expectTypeOf, it } from 'vitest';
import type { AgentRequest, AvatarRequest } from './agent-requests.ts';
import type { LipSyncRequest, RestyleRequest, SwapRequest } from './edit-requests.ts';

interface Source {
  source_video_id: '1';
}
interface Recording {
  audio_media_id: '2';
}
interface Text {
  lip_sync_tts_speaker_id: string;
  lip_sync_tts_content: string;
}

describe('request types of edits', () => {
  it('take a recording, or a text with its speaker', () => {
    expectTypeOf<Source & Recording>().toExtend<LipSyncRequest>();
    expectTypeOf<Source & Text>().toExtend<LipSyncRequest>();
    expectTypeOf<Source & Text & Recording>().not.toExtend<LipSyncRequest>();
    expectTypeOf<Source & { lip_sync_tts_content: string }>().not.toExtend<LipSyncRequest>();
    expectTypeOf<Recording & { img_id: '3'; quality: '720p' }>().toExtend<AvatarRequest>();
  });

  it('take a look by id or in words', () => {
    expectTypeOf<Source & { restyle_id: '1' }>().toExtend<RestyleRequest>();
    expectTypeOf<Source & { restyle_prompt: string }>().toExtend<RestyleRequest>();
    expectTypeOf<Source & { restyle_id: '1'; restyle_prompt: string }>().not.toExtend<RestyleRequest>();
    expectTypeOf<Source>().not.toExtend<RestyleRequest>();
  });

  it('know that an edit has no 1080p', () => {
    type Swap<Quality> = Source & { keyframe_id: number; mask_id: string; img_id: '1'; quality: Quality };
    expectTypeOf<Swap<'720p'>>().toExtend<SwapRequest>();
    expectTypeOf<Swap<'1080p'>>().not.toExtend<SwapRequest>();
  });

  it('ask of each agent what it needs', () => {
    type Viral = { agent_id: '414562414124109'; prompt: string; img_references: { img_id: '1' }[] };
    expectTypeOf<Viral & { video_references: [{ video_media_id: '1' }] }>().toExtend<AgentRequest>();
    expectTypeOf<Viral>().not.toExtend<AgentRequest>();
    type House = { agent_id: '419629433597950'; product_url: string };
    expectTypeOf<House & { model: 'fast' }>().toExtend<AgentRequest>();
    expectTypeOf<House & { model: 'pro'; mode: 'ad_house_tour'; duration: 30 }>().toExtend<AgentRequest>();
    expectTypeOf<House & { model: 'fast'; mode: 'ad_house_tour' }>().not.toExtend<AgentRequest>();
  });
});
