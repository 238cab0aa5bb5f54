import { Link } from '../router.tsx';
import { shortId } from './format.ts';
import { cartPath, customerPath, orderPath, reservationPath, skuPath } from './paths.ts';

interface Named {
  readonly name: string | null;
}

const NONE = '–';

export const SkuLink = ({ name }: { readonly name: string }) => (
  <Link to={skuPath(name)} className="link breakable">
    {name}
  </Link>
);

export const OrderLink = ({ name }: Named) =>
  name === null ? (
    NONE
  ) : (
    <Link to={orderPath(name)} className="link breakable">
      {name}
    </Link>
  );

export const CustomerLink = ({ name }: Named) =>
  name === null ? (
    NONE
  ) : (
    <Link to={customerPath(name)} className="link breakable">
      {name}
    </Link>
  );

export const CartLink = ({ name }: Named) =>
  name === null ? (
    NONE
  ) : (
    <Link to={cartPath(name)} className="link breakable">
      {name}
    </Link>
  );

export const ReservationLink = ({ id }: { readonly id: string | null }) =>
  id === null ? (
    NONE
  ) : (
    <Link to={reservationPath(id)} className="link mono" title={id}>
      {shortId(id)}
    </Link>
  );
