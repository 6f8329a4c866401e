/** Repairs that can be pasted, where one line of code is enough. */

/** A line of code in each of some languages. */
export type Snippet = Readonly<Record<"JavaScript" | "Python" | "Go" | "C#" | "PHP", string>>;

const header = (name: string, value: string): Snippet => ({
  "JavaScript": `response.setHeader("${name}", "${value}");`,
  "Python": `response.headers["${name}"] = "${value}"`,
  "Go": `w.Header().Set("${name}", "${value}")`,
  "C#": `Response.Headers["${name}"] = "${value}";`,
  "PHP": `header("${name}: ${value}");`,
});

/** HTML on lines of a fragment: the keyword stands on the first one [FRG-4]. */
const fragment: Snippet = {
  "JavaScript": String.raw`"data: fragment " + html.split(/\r\n|\r|\n/).join("\ndata: ") + "\n\n"`,
  "Python": String.raw`"data: fragment " + "\ndata: ".join(re.split(r"\r\n|\r|\n", html)) + "\n\n"`,
  "Go": String.raw`"data: fragment " + regexp.MustCompile("\r\n|\r|\n").ReplaceAllString(html, "\ndata: ") + "\n\n"`,
  "C#": String.raw`"data: fragment " + Regex.Replace(html, "\r\n|\r|\n", "\ndata: ") + "\n\n"`,
  "PHP": String.raw`"data: fragment " . preg_replace("/\r\n|\r|\n/", "\ndata: ", $html) . "\n\n"`,
};

/** A text in HTML, in an attribute too. As references, line ends begin no line of the stream. */
const escapedText: Snippet = {
  "JavaScript": String.raw`text.replace(/[&<>"'\r\n]/g, (sign) => "&#" + sign.charCodeAt(0) + ";")`,
  "Python": String.raw`html.escape(text).replace("\r", "&#13;").replace("\n", "&#10;")`,
  "Go": String.raw`strings.NewReplacer("\r", "&#13;", "\n", "&#10;").Replace(html.EscapeString(text))`,
  "C#": String.raw`WebUtility.HtmlEncode(text).Replace("\r", "&#13;").Replace("\n", "&#10;")`,
  "PHP": String.raw`str_replace(["\r", "\n"], ["&#13;", "&#10;"], htmlspecialchars($text, ENT_QUOTES))`,
};

/** The lines of code that repair what a check finds, by its id. */
export const snippets: Readonly<Record<string, Snippet>> = {
  "http-type": header("content-type", "text/event-stream"),
  "http-cache": header("cache-control", "no-cache"),
  "http-buffering": header("x-accel-buffering", "no"),
  "sse-junk": fragment,
  "frg-keyword-once": fragment,
  "app-injection": escapedText,
};
