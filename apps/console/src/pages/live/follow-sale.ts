import { useEffect, useState } from 'react';
import { followFeed, type HoldfastEvent } from '../../api/follow-feed.ts';
import { serverNow } from '../../parts/clock.ts';
import { SaleModel, type SaleEvent, type SaleView } from './sale-model.ts';

/** A page that is not shown, as in another tab, is drawn again when it is shown. */
const DRAWN_EVERY_MS = 250;

export interface FollowedSale {
  readonly view: SaleView;
  /** Why no events come. Null: the stream is followed. */
  readonly trouble: string | null;
}

/**
 * Follows the events of all SKUs as long as the page is shown: from now on, and without a gap after an
 * interruption.
 */
export function useSale(): FollowedSale {
  const [model] = useState(() => new SaleModel());
  const [view, setView] = useState(() => model.view(serverNow()));
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    void followFeed((event) => model.take(saleEventOf(event)), setTrouble, stop.signal);
    let frame = 0;
    let drawnAt = 0;
    // All events of some frames are drawn at once.
    const draw = (time: number) => {
      frame = requestAnimationFrame(draw);
      if (time - drawnAt < DRAWN_EVERY_MS) return;
      drawnAt = time;
      setView(model.view(serverNow()));
    };
    frame = requestAnimationFrame(draw);
    return () => {
      stop.abort();
      cancelAnimationFrame(frame);
    };
  }, [model]);
  return { view, trouble };
}

function saleEventOf(event: HoldfastEvent): SaleEvent {
  const name = event.type.split('.').at(-1) ?? event.type;
  const seen = { id: event.id, at: Date.parse(event.time), name };
  switch (event.type) {
    case 'warehouse.inventory.reserved':
    case 'warehouse.inventory.waiting':
    case 'warehouse.inventory.changed':
    case 'warehouse.inventory.confirmed':
    case 'warehouse.inventory.extended':
    case 'warehouse.inventory.released':
    case 'warehouse.inventory.expired':
    case 'warehouse.inventory.cancelled':
    case 'warehouse.inventory.deducted':
    case 'warehouse.inventory.returned': {
      const { reservation, stock_changes } = event.data;
      return {
        ...seen,
        reservationId: reservation.id,
        orderId: reservation.order_id,
        changes: stock_changes,
      };
    }
    case 'warehouse.inventory.reservation_refused':
      return { ...seen, reservationId: null, orderId: event.data.order_id, changes: [] };
    case 'warehouse.inventory.confirm_refused':
    case 'warehouse.inventory.expiring':
    case 'warehouse.inventory.sync_failed': {
      const { reservation } = event.data;
      return { ...seen, reservationId: reservation.id, orderId: reservation.order_id, changes: [] };
    }
    case 'warehouse.inventory.reconciled':
    case 'warehouse.inventory.stock_low':
    case 'warehouse.inventory.stock_recovered':
    case 'warehouse.inventory.stock_shortfall':
      return { ...seen, reservationId: null, orderId: null, changes: [] };
    default: // of a newer release
      return { ...seen, reservationId: null, orderId: null, changes: [] };
  }
}
