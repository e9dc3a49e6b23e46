;; Looks for the variable `Greeting` in its environment, and writes `Greeting=...` into the file `said`. Traps when
;; there is none.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get"
    (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environment (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (data (i32.const 100) "Greeting")
  (data (i32.const 200) "said")
  (func (export "_start") (local $at i32) (local $end i32)
    (drop (call $sizes (i32.const 0) (i32.const 4)))
    (drop (call $environment (i32.const 1024) (i32.const 16384)))
    (local.set $at (i32.const 16384))
    (block $found
      (loop $next
        (br_if $found (i32.and
          (i64.eq (i64.load (local.get $at)) (i64.load (i32.const 100)))
          (i32.eq (i32.load8_u offset=8 (local.get $at)) (i32.const 61))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $at) (i32.const 100000)))
        (unreachable)))
    (local.set $end (local.get $at))
    (loop $more
      (local.set $end (i32.add (local.get $end) (i32.const 1)))
      (br_if $more (i32.load8_u (local.get $end))))
    (if (call $path_open (i32.const 3) (i32.const 0) (i32.const 200) (i32.const 4)
      (i32.const 9) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 20)) (then (unreachable)))
    (i32.store (i32.const 8) (local.get $at))
    (i32.store (i32.const 12) (i32.sub (local.get $end) (local.get $at)))
    (drop (call $fd_write (i32.load (i32.const 20)) (i32.const 8) (i32.const 1) (i32.const 16)))))
