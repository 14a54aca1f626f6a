import { describeMappingInBrowser } from '../__tests__/mapping-in-browser.ts';

describeMappingInBrowser({
  provider: 'runway',
  folder: import.meta.url,
  without: ['what talks to Runway', /http-client|adapter\.ts|reply\.ts/],
  taken: [{ prompt: 'rain', duration: 2 }, 24],
  refused: { prompt: 'rain', duration: 1 },
});
