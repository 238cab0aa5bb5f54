import { Combobox, Kbd, Loader, TextInput, useCombobox, type ComboboxStore } from '@mantine/core';
import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { searchQuery } from '../api/operations-queries.ts';
import { problemOf } from '../api/problem.ts';
import { navigate } from '../router.tsx';
import { Icon } from './icons.tsx';
import { groupsOf, pathOf } from './search-results.ts';

const TYPING_MS = 150;

/** Finds everything that has a name or an id. `/` brings the keyboard here. */
export function SearchBox() {
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  useHotkeys([['/', () => input.current?.focus()]]);
  const [asked] = useDebouncedValue(text.trim(), TYPING_MS);
  const { data, error, isFetching } = useQuery(searchQuery(asked));
  const open = (path: string) => {
    setText('');
    combobox.closeDropdown();
    input.current?.blur();
    navigate(path);
  };
  const isSettled = asked === text.trim() && !isFetching;
  return (
    <Combobox store={combobox} onOptionSubmit={open} withinPortal={false}>
      <Combobox.Target>
        <TextInput
          ref={input}
          className="search"
          aria-label="Search orders, carts, customers, reservations, SKUs, syncs and events"
          placeholder="Search order, cart, customer, SKU or id"
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
            combobox.resetSelectedOption();
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key === 'Escape') input.current?.blur();
            const [first] = data?.results ?? [];
            if (event.key === 'Enter' && combobox.getSelectedOptionIndex() === -1 && isSettled && first) {
              event.preventDefault();
              open(pathOf(first));
            }
          }}
          leftSection={<Icon name="search" size={16} />}
          rightSection={isFetching ? <Loader size="xs" /> : <Kbd size="xs">/</Kbd>}
        />
      </Combobox.Target>
      <Results
        asked={asked}
        results={data?.results ?? []}
        error={error}
        isSettled={isSettled}
        store={combobox}
      />
    </Combobox>
  );
}

interface ResultsProps {
  readonly asked: string;
  readonly results: Parameters<typeof groupsOf>[0];
  readonly error: unknown;
  readonly isSettled: boolean;
  readonly store: ComboboxStore;
}

function Results({ asked, results, error, isSettled }: ResultsProps) {
  if (asked === '') return null;
  return (
    <Combobox.Dropdown className="search-results">
      <Combobox.Options mah={420} className="scrolls">
        {error !== null && <Combobox.Empty>{problemOf(error).detail}</Combobox.Empty>}
        {error === null && results.length === 0 && (
          <Combobox.Empty>
            {isSettled ? 'Nothing begins like this. Of an id, enter 8 characters.' : 'Searching'}
          </Combobox.Empty>
        )}
        {groupsOf(results).map(({ title, results: found }) => (
          <Combobox.Group key={title} label={title}>
            {found.map((result) => (
              <Combobox.Option key={`${result.kind} ${result.id}`} value={pathOf(result)}>
                <span className="breakable">{result.id}</span>
                {result.label !== result.id && <span className="option-note">{result.label}</span>}
              </Combobox.Option>
            ))}
          </Combobox.Group>
        ))}
      </Combobox.Options>
    </Combobox.Dropdown>
  );
}
