/** Lines of code that repair what a check finds, in several languages. */

/** A line of code in each of some languages. */
export type Snippet = Readonly<Record<"JavaScript" | "Python" | "Go" | "C#" | "PHP", string>>;

/** Sets a header of the response. */
export const setHeader = (name: string, value: string): Snippet => ({
  "JavaScript": `response.setHeader("${name}", "${value}");`,
  "Python": `response.headers["${name}"] = "${value}"`,
  "Go": `w.Header().Set("${name}", "${value}")`,
  "C#": `Response.Headers["${name}"] = "${value}";`,
  "PHP": `header("${name}: ${value}");`,
});

/** Writes HTML as the lines of an event, with its blank line: what the first line begins with, and each further one. */
export const splitHtml = (first: string, next: string): Snippet => ({
  "JavaScript": String.raw`"${first}" + html.split(/\r\n|\r|\n/).join("\n${next}") + "\n\n"`,
  "Python": String.raw`"${first}" + "\n${next}".join(re.split(r"\r\n|\r|\n", html)) + "\n\n"`,
  "Go": String.raw`"${first}" + regexp.MustCompile("\r\n|\r|\n").ReplaceAllString(html, "\n${next}") + "\n\n"`,
  "C#": String.raw`"${first}" + Regex.Replace(html, "\r\n|\r|\n", "\n${next}") + "\n\n"`,
  "PHP": String.raw`"${first}" . preg_replace("/\r\n|\r|\n/", "\n${next}", $html) . "\n\n"`,
});
