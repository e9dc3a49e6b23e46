;; Prints every environment variable on a line of its own.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 4)
  (data (i32.const 32) "\n")
  (func $length (param $text i32) (result i32)
    (local $end i32)
    (local.set $end (local.get $text))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (i32.load8_u (local.get $end))))
        (local.set $end (i32.add (local.get $end) (i32.const 1)))
        (br $next)))
    (i32.sub (local.get $end) (local.get $text)))
  (func (export "_start")
    (local $left i32) (local $pointer i32)
    (drop (call $sizes (i32.const 0) (i32.const 4)))
    (local.set $left (i32.load (i32.const 0)))
    (drop (call $get (i32.const 1024) (i32.const 65536)))
    (local.set $pointer (i32.const 1024))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $left)))
        (i32.store (i32.const 8) (i32.load (local.get $pointer)))
        (i32.store (i32.const 12) (call $length (i32.load (local.get $pointer))))
        (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 28)))
        (i32.store (i32.const 8) (i32.const 32))
        (i32.store (i32.const 12) (i32.const 1))
        (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 28)))
        (local.set $pointer (i32.add (local.get $pointer) (i32.const 4)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br $next)))))
