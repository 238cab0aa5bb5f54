import type { Reservation } from '../../api/types.ts';

type Status = Reservation['status'];

const WIDTH = 104;
const HEIGHT = 34;

/** Where each state stands in the picture. */
const PLACES: Readonly<Record<Status, readonly [number, number]>> = {
  waiting: [4, 10],
  held: [140, 10],
  confirmed: [276, 10],
  fulfilled: [412, 10],
  released: [4, 90],
  expired: [140, 90],
  cancelled: [276, 90],
  withdrawn: [412, 90],
};

const EDGES: readonly (readonly [Status, Status])[] = [
  ['waiting', 'held'],
  ['held', 'confirmed'],
  ['confirmed', 'fulfilled'],
  ['held', 'released'],
  ['held', 'expired'],
  ['expired', 'confirmed'],
  ['confirmed', 'cancelled'],
];

/** The states that it has been in: each leaves its time. */
function visitedBy(reservation: Reservation): ReadonlySet<Status> {
  const times: Readonly<Record<Status, string | null>> = {
    waiting: reservation.waiting_until,
    held: reservation.held_at,
    confirmed: reservation.confirmed_at,
    fulfilled: reservation.fulfilled_at,
    released: reservation.released_at,
    expired: reservation.expired_at,
    cancelled: reservation.cancelled_at,
    withdrawn: reservation.withdrawn_at,
  };
  const statuses = Object.keys(times) as Status[];
  return new Set([...statuses.filter((status) => times[status] !== null), reservation.status]);
}

export function LifePicture({ reservation }: { readonly reservation: Reservation }) {
  const visited = visitedBy(reservation);
  return (
    <svg viewBox="0 0 520 134" className="life" role="img" aria-label={`State: ${reservation.status}`}>
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">
          <path d="M0 0l8 4-8 4z" fill="context-stroke" />
        </marker>
      </defs>
      {EDGES.map(([from, to]) => (
        <path
          key={`${from} ${to}`}
          d={edgePath(from, to)}
          className="edge"
          markerEnd="url(#arrow)"
          data-visited={visited.has(from) && visited.has(to)}
        />
      ))}
      {(Object.keys(PLACES) as Status[]).map((status) => (
        <Node
          key={status}
          status={status}
          isVisited={visited.has(status)}
          isCurrent={reservation.status === status}
        />
      ))}
    </svg>
  );
}

interface NodeProps {
  readonly status: Status;
  readonly isVisited: boolean;
  readonly isCurrent: boolean;
}

function Node({ status, isVisited, isCurrent }: NodeProps) {
  const [x, y] = PLACES[status];
  return (
    <g className="node" data-visited={isVisited} data-current={isCurrent}>
      <rect x={x} y={y} width={WIDTH} height={HEIGHT} rx="17" />
      <text x={x + WIDTH / 2} y={y + HEIGHT / 2 + 5} textAnchor="middle">
        {status}
      </text>
    </g>
  );
}

/** From side to side in one row, from bottom to top between the rows. */
function edgePath(from: Status, to: Status): string {
  const [fromX, fromY] = PLACES[from];
  const [toX, toY] = PLACES[to];
  if (fromY === toY) return `M${fromX + WIDTH} ${fromY + HEIGHT / 2}H${toX - 2}`;
  const isDown = fromY < toY;
  const startX = fromX + WIDTH / 2 + (toX - fromX) * 0.2;
  const endX = toX + WIDTH / 2 - (toX - fromX) * 0.2;
  return `M${startX} ${isDown ? fromY + HEIGHT : fromY}L${endX} ${isDown ? toY - 2 : toY + HEIGHT + 2}`;
}
