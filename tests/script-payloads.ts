import { want } from '@holdfast/testing';
import type { ApiClient } from './api-client.ts';

const RUN = 'window.ran=1';

/** Texts that run as a script where a page puts them into itself as they are. */
const SCRIPT_PAYLOADS: readonly string[] = [
  `<script>${RUN}</script>`,
  `"><script>${RUN}</script>`,
  `'><script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `</style><script>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `<img src=x onerror=${RUN}>`,
  `"><img src=x onerror=${RUN}>`,
  `<img src="x" onerror="${RUN}">`,
  `<svg onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg/onload=${RUN}//`,
  `<body onload=${RUN}>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>">`,
  `<iframe src="javascript:parent.${RUN}">`,
  `<a href="javascript:${RUN}">x</a>`,
  `javascript:${RUN}`,
  `JaVaScRiPt:${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  `<details open ontoggle=${RUN}>`,
  `<input autofocus onfocus=${RUN}>`,
  `<video><source onerror=${RUN}>`,
  `<math><mi xlink:href="javascript:${RUN}">x</mi></math>`,
  `" onmouseover="${RUN}" x="`,
  `' onfocus='${RUN}' autofocus='`,
  `{{constructor.constructor('${RUN}')()}}`,
  '${' + RUN + '}',
  `<!--><script>${RUN}</script>-->`,
  `<template><script>${RUN}</script></template><object data="javascript:${RUN}">`,
];

/** Stores each payload in every field that takes it: SKUs, locations, orders, reasons and so on. */
export async function storePayloads(
  client: ApiClient,
): Promise<readonly { sku: string; reservation: string }[]> {
  const path = encodeURIComponent;
  return Promise.all(
    SCRIPT_PAYLOADS.map(async (text) => {
      await client.put(`/v1/locations/${path(text)}`, { name: text });
      await client.put(`/v1/skus/${path(text)}`, { name: text, product_id: text, variant_id: text });
      await client.put(`/v1/stock-levels/${path(text)}/${path(text)}`, { on_hand: 5, reason: text });
      const named = { order_id: text, cart_id: text, customer_id: text, store_id: text, source: text };
      const held = await client.hold(text, 2, { ...named, metadata: { [text]: text } });
      await want(200, client.release(held.id, { reason: text, lines: [{ sku: text, quantity: 1 }] }));
      await want(200, client.confirm(held.id, { payment_reference: text }));
      const again = await client.hold(text, 1, named);
      await want(200, client.release(again.id, { reason: text }));
      return { sku: text, reservation: held.id };
    }),
  );
}
