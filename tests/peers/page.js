/** The example's page, as the servers of this folder have it. */
export const page = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>A peer of the example</title>
  <link rel="icon" href="data:,">
  <script type="module" src="/datastar.js"></script>
</head>
<body>
  <main id="main" data-store='{"input":"","output":"","show":true}'>
    <input id="input" type="text" placeholder="Type here" data-model="input">
    <button id="send" data-on-click="$$get('/get')">Send</button>
    <span id="output" data-text="$output"></span>
    <button id="ask" data-on-click="$$get('/target')">Ask</button>
    <div id="target"></div>
    <div data-show="$show"><span id="feed" data-on-load="$$get('/feed')"></span></div>
  </main>
</body>
</html>
`;
