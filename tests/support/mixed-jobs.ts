import type { CreateJobRequest } from '@pixsim7/contracts';

/** The quickest video there is to make: 1 s at the lowest quality. */
const small = { model: 'v6', quality: '360p', duration: 1 } as const;
/** Few, so the emulator draws each once; every generation is a file of its own anyway. */
const subjects = ['a paper boat', 'a kite', 'a lantern', 'a tram'] as const;
const base = { provider_id: 'pixverse' } as const;

/** A request of each operation that needs no earlier video, in turn. @param images ids of two or more uploaded pictures */
export function mixedRequest(index: number, images: readonly string[]): CreateJobRequest {
  const prompt = subjects[index % subjects.length] ?? '';
  const image = images[index % images.length] ?? '';
  const other = images[(index + 1) % images.length] ?? '';
  switch (Math.floor(index / subjects.length) % 4) {
    case 0:
      return { ...base, operation_type: 'text_to_video', params: { ...small, prompt } };
    case 1:
      return {
        ...base,
        operation_type: 'image_to_video',
        params: { ...small, prompt, image_url: image },
      };
    case 2:
      return {
        ...base,
        operation_type: 'video_transition',
        params: { ...small, prompt, image_urls: [image, other] },
      };
    default:
      return {
        ...base,
        operation_type: 'fusion',
        params: {
          ...small,
          prompt: '@thing in the rain',
          fusion_assets: [{ image_url: image, name: 'thing', type: 'subject' }],
        },
      };
  }
}

/** @param video the id of a generated asset */
export function extendRequest(video: string): CreateJobRequest {
  return {
    ...base,
    operation_type: 'video_extend',
    params: { ...small, prompt: 'on and on', video_url: video },
  };
}
