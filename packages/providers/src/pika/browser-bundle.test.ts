import { describeMappingInBrowser } from '../__tests__/mapping-in-browser.ts';

describeMappingInBrowser({
  provider: 'pika',
  folder: import.meta.url,
  without: ['signatures', /fal-queue\/webhook\//],
  taken: [{ prompt: 'rain', quality: '1080p' }, 45],
  refused: { prompt: 'rain', duration: 3 },
});
