export { openHotPath, type HotPath } from './open-hot-path.ts';
