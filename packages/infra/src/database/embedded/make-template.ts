import { ensureDataFolder, templateFolder } from './data-folder.ts';

// A program for the build of an image. It needs 1 GB of memory, so that no first start of the image does.
await ensureDataFolder(templateFolder);
