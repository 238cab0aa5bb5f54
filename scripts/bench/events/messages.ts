import type { Heard } from './hearing.ts';

/** What a listener is told, over IPC. It replies to the last two. */
export type Message =
  /** The follower only: reads the feed of this API, on from where it was. */
  | { readonly kind: 'follow'; readonly url: string }
  /** The follower only: reads no more. */
  | { readonly kind: 'rest' }
  | { readonly kind: 'count' }
  | { readonly kind: 'take' };

export type Reply = { readonly count: number } | { readonly heard: Heard };
