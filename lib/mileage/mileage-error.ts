// Faults of this room: input that a caller had to check before it came here. What a reading or a month can look like
// is never a fault, it is an outcome. A message names the kind of the value, never the value.

const sentences = {
  bad_instant: 'An instant is not of the form YYYY-MM-DDTHH:mm:ss.sssZ or does not exist.',
  bad_zone: 'A time zone is not an IANA zone name.',
  bad_day_offset: 'A day offset is not a whole number from 1 to 28.',
  bad_period_id: 'A period id is not of the form YYYY-MM.',
  bad_span: 'A period does not end after its start.',
  bad_metres: 'A distance is not a whole number of metres.',
  unknown_rules: 'No rules of this version are known.',
  bad_term: 'A term ends before it starts, or an allowance per term has no end.',
} as const;

export type MileageErrorCode = keyof typeof sentences;

export class MileageError extends Error {
  readonly code: MileageErrorCode;

  constructor(code: MileageErrorCode, options?: ErrorOptions) {
    super(sentences[code], options);
    this.name = 'MileageError';
    this.code = code;
  }
}
