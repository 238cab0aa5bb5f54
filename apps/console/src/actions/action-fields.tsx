import { Group, NativeSelect, NumberInput, Stack, Switch, Text, TextInput } from '@mantine/core';
import type { Field, Quantities, QuantityLine, Values } from './action.ts';

type Value = Values[string];

interface FieldInputProps {
  readonly field: Field;
  readonly value: Value | undefined;
  readonly onChange: (value: Value) => void;
}

export function FieldInput({ field, value, onChange }: FieldInputProps) {
  const { label, hint } = field;
  switch (field.kind) {
    case 'number':
      return (
        <NumberInput
          label={label}
          description={hint}
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(typeof next === 'number' ? next : Number.NaN)}
          allowDecimal={false}
          {...(field.min === undefined ? {} : { min: field.min })}
          {...(field.max === undefined ? {} : { max: field.max })}
          clampBehavior="none"
          required
        />
      );
    case 'text':
      return (
        <TextInput
          label={label}
          description={hint}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.currentTarget.value)}
          required={!field.isOptional}
          maxLength={255}
        />
      );
    case 'choice':
      return (
        <NativeSelect
          label={label}
          description={hint}
          data={[...field.choices]}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'switch':
      return (
        <Switch
          label={label}
          description={hint}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'quantities':
      return (
        <QuantityInputs label={label} lines={field.lines} value={quantitiesOf(value)} onChange={onChange} />
      );
    default:
      return field satisfies never;
  }
}

const quantitiesOf = (value: Value | undefined): Quantities => (typeof value === 'object' ? value : {});

interface QuantityInputsProps {
  readonly label: string;
  readonly lines: readonly QuantityLine[];
  readonly value: Quantities;
  readonly onChange: (value: Quantities) => void;
}

function QuantityInputs({ label, lines, value, onChange }: QuantityInputsProps) {
  return (
    <Stack gap="xs" component="fieldset" className="plain-fieldset">
      <Text component="legend" size="sm" fw={500}>
        {label}
      </Text>
      {lines.map(({ key, label, max, hint }) => (
        <Group key={key} justify="space-between" wrap="nowrap" gap="sm">
          <Stack gap={0} miw={0}>
            <Text size="sm" className="breakable">
              {label}
            </Text>
            {hint && (
              <Text size="xs" c="dimmed">
                {hint}
              </Text>
            )}
          </Stack>
          <NumberInput
            aria-label={`Units of ${label}`}
            value={value[key] ?? 0}
            onChange={(next) => onChange({ ...value, [key]: typeof next === 'number' ? next : 0 })}
            allowDecimal={false}
            allowNegative={false}
            min={0}
            max={max}
            w={110}
            className="no-shrink"
          />
        </Group>
      ))}
    </Stack>
  );
}

/** Why a value cannot be sent. Null: it can. */
export function faultOf(field: Field, value: Value | undefined): string | null {
  switch (field.kind) {
    case 'number': {
      if (typeof value !== 'number' || !Number.isSafeInteger(value))
        return `${field.label} needs a whole number.`;
      if (field.min !== undefined && value < field.min) return `${field.label} is at least ${field.min}.`;
      if (field.max !== undefined && value > field.max) return `${field.label} is at most ${field.max}.`;
      return null;
    }
    case 'text':
      return field.isOptional || value ? null : `${field.label} is needed.`;
    case 'quantities':
      return Object.values(quantitiesOf(value)).some((units) => units > 0)
        ? null
        : 'Enter at least one unit.';
    case 'choice':
      return value ? null : `Choose: ${field.label}.`;
    case 'switch':
      return null;
    default:
      return field satisfies never;
  }
}
