import { findRequests } from "../harness/mod.ts";
const store={id:7,q:"a b", o:{x:"y"}};
for (const e of ["$$get('/x')","$$get(`/rows/${$id}`)","$$post('/rows/' + $id, false)","$x && $$delete('/a'); $$get('/b')","setTimeout(() => $$get('/x'), 100)","if ($id) { $$put('/p') }","$$get(el.dataset.url)","$$get('/r/'+$none)","$$get(","$$isFetching('#x')","$$get()","$o.x='/k'; $$patch($o.x)", "$$get('/a,b')", "$$get('/q?x=' + encodeURIComponent($q))", "$show = !$show"]) console.log(e, JSON.stringify(findRequests(e, store)));
