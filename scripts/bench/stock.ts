export const LOCATION = 'WH-1';
/** More of each SKU than any bench can sell. */
export const ON_HAND = 1_000_000_000;
export const SOLD_OUT = 'SKU-SOLD-OUT';

const SKUS = 1_000;
const AT_ONCE = 50;

export const skuNames: readonly string[] = Array.from({ length: SKUS }, (_, index) => `SKU-${index}`);

/** Fills the shop through the API: 1,000 SKUs at one location, and one of which there is nothing. */
export async function stockUp(apiUrl: string): Promise<void> {
  const put = async (path: string, content: object) => {
    const response = await fetch(new URL(path, apiUrl), {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(content),
    });
    if (!response.ok) throw new Error(`PUT ${path}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
  const putSku = async (sku: string, onHand: number) => {
    await put(`/v1/skus/${sku}`, {});
    await put(`/v1/stock-levels/${sku}/${LOCATION}`, { on_hand: onHand });
  };
  await put(`/v1/locations/${LOCATION}`, {});
  await putSku(SOLD_OUT, 0);
  for (let start = 0; start < SKUS; start += AT_ONCE) {
    await Promise.all(skuNames.slice(start, start + AT_ONCE).map((sku) => putSku(sku, ON_HAND)));
  }
}
