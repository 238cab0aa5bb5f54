import { Button, Group, NativeSelect, NumberInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ActionButton } from '../../actions/action-button.tsx';
import { availabilityPages, locationsQuery } from '../../api/stock-queries.ts';
import type { Level } from '../../api/types.ts';
import { count } from '../../parts/format.ts';
import { SkuLink } from '../../parts/links.tsx';
import { Section } from '../../parts/page.tsx';
import { RecordTable, rowsOf, type Column } from '../../parts/record-table.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { useCan } from '../../session/caller.tsx';
import { EDITED, levelKey, saveAction, withEdit, type EditedField, type LevelEdits } from './level-edits.ts';

const ALL = '';

/** All levels, to be edited in place. */
export function LevelGrid() {
  const [location, setLocation] = useState(ALL);
  const [edits, setEdits] = useState<LevelEdits>(new Map());
  const query = useInfiniteQuery(availabilityPages(location === ALL ? undefined : location));
  const levels = useMemo(() => rowsOf(query.data).flatMap((stock) => stock.locations), [query.data]);
  const columns = useColumns(edits, setEdits);
  const dropEdit = (key: string) =>
    setEdits((before) => new Map([...before].filter(([each]) => each !== key)));
  return (
    <Section
      title="Levels"
      hint="By SKU. Change a number in place, then save"
      actions={
        <Group gap="xs">
          {edits.size > 0 && (
            <>
              <Button size="sm" variant="default" onClick={() => setEdits(new Map())}>
                Undo
              </Button>
              <ActionButton action={saveAction(edits, dropEdit)} variant="filled" />
            </>
          )}
          <LocationSelect value={location} onChange={setLocation} />
        </Group>
      }
    >
      {query.isPending && <Loading />}
      {query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && (
        <RecordTable
          label="Levels"
          rows={levels}
          columns={columns}
          rowKey={levelKey}
          empty={{
            title: 'There is no stock yet',
            hint: 'An import brings SKUs, locations and levels into being.',
          }}
        />
      )}
      {query.hasNextPage && (
        <Group justify="center" mt="sm">
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show more
          </Button>
        </Group>
      )}
    </Section>
  );
}

interface LocationSelectProps {
  readonly value: string;
  readonly onChange: (location: string) => void;
}

function LocationSelect({ value, onChange }: LocationSelectProps) {
  const { data: locations = [] } = useQuery(locationsQuery());
  return (
    <NativeSelect
      aria-label="Location"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[
        { value: ALL, label: 'All locations' },
        ...locations.map((each) => ({ value: each.location, label: each.location })),
      ]}
    />
  );
}

function useColumns(edits: LevelEdits, setEdits: (edits: LevelEdits) => void): readonly Column<Level>[] {
  const can = useCan();
  const edited = (field: EditedField): Column<Level> => ({
    title: EDITED[field],
    isNumber: true,
    show: (level) =>
      can('stock:write') ? (
        <EditedNumber
          label={`${EDITED[field]} of ${level.sku} at ${level.location}`}
          value={edits.get(levelKey(level))?.values[field] ?? level[field]}
          isChanged={edits.get(levelKey(level))?.values[field] !== undefined}
          onChange={(value) => setEdits(withEdit(edits, level, field, value))}
        />
      ) : (
        count(level[field])
      ),
  });
  return [
    { title: 'SKU', show: ({ sku }) => <SkuLink name={sku} /> },
    {
      title: 'Location',
      show: ({ location, shortfall }) => (
        <>
          {location} {shortfall > 0 && <StateBadge state="short" label={`${count(shortfall)} missing`} />}
        </>
      ),
    },
    edited('on_hand'),
    { title: 'Reserved', show: ({ reserved }) => count(reserved), isNumber: true },
    { title: 'Allocated', show: ({ allocated }) => count(allocated), isNumber: true },
    edited('safety_stock'),
    edited('backorder_limit'),
    { title: 'Available', show: ({ available }) => count(available), isNumber: true },
  ];
}

interface EditedNumberProps {
  readonly label: string;
  readonly value: number;
  readonly isChanged: boolean;
  readonly onChange: (value: number) => void;
}

const EditedNumber = ({ label, value, isChanged, onChange }: EditedNumberProps) => (
  <NumberInput
    aria-label={label}
    value={value}
    onChange={(next) => typeof next === 'number' && onChange(next)}
    allowDecimal={false}
    allowNegative={false}
    max={1_000_000_000}
    hideControls
    size="xs"
    className="grid-input"
    data-changed={isChanged}
  />
);
