/** Recognizes a time of day in a text. */

/** The numbers in a text, in digits of any script. */
function numbersIn(text: string): number[] {
  return (text.match(/\p{Nd}+/gu) ?? []).map((digits) => Number([...digits].map(digitOf).join("")));
}

/** The value of a digit: each script has its ten digits in a row. */
function digitOf(digit: string): number {
  let zero = digit.codePointAt(0)!;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return (digit.codePointAt(0)! - zero) % 10;
}

/** Numbers with the signs between hours and minutes: `7:08`, `3時59分`, `12h05`. */
const clock = /\p{Nd}{1,2}\s?(?:[:٫∶：.hHuU时時点點시]|Uhr)\s?\p{Nd}{2}/u;

/** Seconds: zones differ from UTC by quarters of an hour. */
const quarterHour = 900;

/**
 * Whether a text is a time of day, in any form: with the signs of a clock, as three numbers that say now, as the time since 1970
 * or since midnight, or in several words, which have changed a second later.
 */
export function isTime(text: string, later: string, now: Date): boolean {
  if (clock.test(text)) return true;
  const numbers = numbersIn(text);
  const day = 86_400_000;
  if (numbers.some((number) => [1, 1_000].some((unit) => Math.abs(number * unit - now.getTime()) < day))) return true;
  const isNow = (second: number) => {
    const passed = (second - Math.floor(now.getTime() / 1_000)) % quarterHour;
    return (passed + quarterHour) % quarterHour < 60;
  };
  const isClock = (hour: number, minute = 60, second = 60) =>
    hour < 24 && minute < 60 && second < 60 && isNow(minute * 60 + second);
  if (numbers.some((hour, i) => isClock(hour, numbers[i + 1], numbers[i + 2]))) return true;
  const [sinceMidnight] = numbers;
  // A smaller number is more often that of a counter.
  if (numbers.length === 1 && sinceMidnight >= 1_000 && sinceMidnight < 86_400 && isNow(sinceMidnight)) return true;
  return numbers.length === 0 && text !== later && /\S\s+\S|\P{ASCII}{4}/u.test(text);
}
