// A shop below the path /shop: rows with ids, a cart, and a redirect after the order.
import { createServer } from "node:http";
import process from "node:process";

const base = "/shop";
const goods = [{ id: 101, name: "Pen", price: 2 }, { id: 102, name: "Ink & paper", price: 7 }];
const cart = [];

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text) => text.replace(/[&<>"]/g, (character) => escapes[character]);

const row = ({ id, name, price }) =>
  `<tr id="row-${id}"><td>${escape(name)}</td><td>${price}</td>
<td><button data-on-click="$$post('${base}/cart/${id}')">Buy</button></td></tr>`;

const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Shop</title><script type="module" src="${base}/datastar.js"></script></head>
<body data-store="{cart: {count: 0}}">
<h1>Shop</h1>
<table><tbody id="rows">${goods.map(row).join("")}</tbody></table>
<p>In the cart: <b data-text="$cart.count"></b></p>
<div id="cart"></div>
<button data-on-click="$$get('${base}/cart')">Show the cart</button>
</body>
</html>`;

const cartHtml = () =>
  `<div id="cart"><ul>${cart.map(({ name }) => `<li>${escape(name)}</li>`).join("")}</ul>
<button data-on-click="$$delete('${base}/cart')">Empty it</button>
<button data-on-click="$$post('${base}/order')">Order</button>
</div>`;

const stream = { "content-type": "text/event-stream", "cache-control": "no-cache" };
const fragment = (html) => `event: datastar-fragment\ndata: fragment ${html.split("\n").join("\ndata: ")}\n\n`;
const count = () => `event: datastar-signal\ndata: store {cart: {count: ${cart.length}}}\n\n`;

createServer((request, response) => {
  request.resume();
  const { pathname } = new URL(request.url, "http://localhost");
  const route = `${request.method} ${pathname}`;
  const answer = (...events) => response.writeHead(200, stream).end(events.join(""));
  if (route === "GET /") return response.writeHead(302, { location: `${base}/` }).end();
  if (route === `GET ${base}/`) {
    return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  }
  if (route === `GET ${base}/cart`) return answer(fragment(cartHtml()));
  if (route === `DELETE ${base}/cart`) {
    cart.length = 0;
    return answer(count(), fragment(cartHtml()));
  }
  if (route === `POST ${base}/order`) return answer(`event: datastar-redirect\ndata: url ${base}/\n\n`);
  const [, id] = new RegExp(`^POST ${base}/cart/(\\d+)$`).exec(route) ?? [];
  const bought = goods.find((good) => good.id === Number(id));
  if (bought) {
    cart.push(bought);
    return answer(count(), fragment(cartHtml()));
  }
  response.writeHead(404, { "content-type": "text/plain" }).end("Not found");
}).listen(Number(process.env.PORT), "127.0.0.1", function () {
  console.log(`Listening on http://localhost:${this.address().port}/`);
});
