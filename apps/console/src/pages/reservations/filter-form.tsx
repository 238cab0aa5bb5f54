import { Button, Chip, Group, SimpleGrid, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { STATUSES, TEXT_FILTERS, TIME_FILTERS, type ListReservationsFilter } from '../../api/filters.ts';
import { fromLocalInput, toLocalInput } from '../../parts/format.ts';

interface FilterFormProps {
  readonly filter: ListReservationsFilter;
  readonly onChange: (filter: ListReservationsFilter) => void;
}

const keysOf = <T extends object>(object: T) => Object.keys(object) as (keyof T)[];

/** States apply at once; names and times when they are entered. */
export function FilterForm({ filter, onChange }: FilterFormProps) {
  const { status = [], ...others } = filter;
  const statuses = (chosen: string[]) => {
    const known = STATUSES.filter((each) => chosen.includes(each));
    const isOnlyHeld = known.length === 1 && known[0] === 'held';
    const { expires_before: end, ...rest } = others;
    onChange({
      ...rest,
      ...(known.length > 0 ? { status: known } : {}),
      ...(isOnlyHeld && end !== undefined ? { expires_before: end } : {}),
    });
  };
  return (
    <>
      <Chip.Group multiple value={status} onChange={statuses}>
        <Group gap="xs" mb="md" role="group" aria-label="States">
          {STATUSES.map((each) => (
            <Chip key={each} value={each} size="sm" variant="outline">
              {each}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <NamesAndTimes key={JSON.stringify(others)} filter={filter} onChange={onChange} />
    </>
  );
}

function NamesAndTimes({ filter, onChange }: FilterFormProps) {
  const [draft, setDraft] = useState(filter);
  const isUsed = Object.keys(filter).some((name) => name !== 'status');
  const [isOpen, setOpen] = useState(isUsed || window.matchMedia('(min-width: 48em)').matches);
  const set = (name: keyof typeof TEXT_FILTERS | keyof typeof TIME_FILTERS, value: string | null) => {
    const { [name]: _old, ...rest } = draft;
    setDraft(value ? { ...rest, [name]: value } : rest);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Only a list of holds is by their end.
    onChange(draft.expires_before ? { ...draft, status: ['held'] } : draft);
  };
  if (!isOpen) {
    return (
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        More filters
      </Button>
    );
  }
  return (
    <form onSubmit={submit}>
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3, lg: 5 }} spacing="sm" verticalSpacing="sm">
        {keysOf(TEXT_FILTERS).map((name) => (
          <TextInput
            key={name}
            label={TEXT_FILTERS[name]}
            size="xs"
            value={draft[name] ?? ''}
            onChange={(event) => set(name, event.currentTarget.value)}
          />
        ))}
        {keysOf(TIME_FILTERS).map((name) => (
          <TextInput
            key={name}
            type="datetime-local"
            label={TIME_FILTERS[name]}
            size="xs"
            value={toLocalInput(draft[name] ?? '')}
            onChange={(event) => set(name, fromLocalInput(event.currentTarget.value))}
          />
        ))}
      </SimpleGrid>
      <Group mt="sm" gap="xs">
        <Button type="submit" size="xs">
          Apply
        </Button>
        <Button size="xs" variant="default" onClick={() => onChange({})}>
          Clear all
        </Button>
      </Group>
    </form>
  );
}
