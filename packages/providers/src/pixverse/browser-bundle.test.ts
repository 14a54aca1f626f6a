import { describeMappingInBrowser } from '../__tests__/mapping-in-browser.ts';

describeMappingInBrowser({
  provider: 'pixverse',
  folder: import.meta.url,
  without: ['the SDK', /packages\/pixverse\//],
  taken: [{ prompt: 'rain', model: 'v6', duration: 3 }, 21],
  refused: { prompt: 'rain', duration: 3 },
});
