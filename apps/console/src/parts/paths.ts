import { pathTo } from '../paths.ts';

// The addresses of everything that has a page.

export const reservationPath = (id: string) => pathTo('/reservations/:id', { id });
export const skuPath = (sku: string) => pathTo('/skus/:sku', { sku });
export const orderPath = (order: string) => pathTo('/orders/:order', { order });
export const eventPath = (id: string) => pathTo('/events/:id', { id });
export const syncPath = (id: string) => pathTo('/warehouse/:id', { id });
const listPath = (filter: Record<string, string>) =>
  `/reservations?${new URLSearchParams(filter).toString()}`;
export const cartPath = (cart: string) => listPath({ cart_id: cart });
export const customerPath = (customer: string) => listPath({ customer_id: customer });
