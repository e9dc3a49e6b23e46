//! Modules in the binary format, most of them wrong in one place.

const MODULE: &[u8] = b"\0asm\x01\0\0\0";
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

const TYPES: u8 = 1;
const FUNCTIONS: u8 = 3;
const MEMORIES: u8 = 5;
const EXPORTS: u8 = 7;
const CODE: u8 = 10;
const DATA: u8 = 11;
/// In components.
const COMPONENTS: u8 = 4;

const BLOCK: [u8; 2] = [0x02, 0x40];
const END: u8 = 0x0b;
const BR_TABLE: u8 = 0x0e;
const I32: u8 = 0x7f;

/// A number as the format writes it.
fn number(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn sized(content: &[u8]) -> Vec<u8> {
    [&number(content.len()), content].concat()
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id][..], &sized(content)].concat()
}

/// One type: a function that takes and returns nothing.
fn types() -> Vec<u8> {
    section(TYPES, &[1, 0x60, 0, 0])
}

/// The export of function 0 as the entry point.
fn exports() -> Vec<u8> {
    section(EXPORTS, &[&[1][..], &sized(b"_start"), &[0, 0]].concat())
}

/// A module with one function, and further sections behind it.
fn with_body(body: &[u8], more: &[u8]) -> Vec<u8> {
    let functions = section(FUNCTIONS, &[1, 0]);
    let code = section(CODE, &[&[1][..], &sized(body)].concat());
    [MODULE, &types(), &functions, &exports(), &code, more].concat()
}

/// The smallest module that runs.
fn good() -> Vec<u8> {
    with_body(&[0, END], &[])
}

pub(super) fn truncated_to(length: usize) -> Vec<u8> {
    good()[..length].to_vec()
}

pub(super) fn without_end(count: usize) -> Vec<u8> {
    let module = good();
    module[..module.len() - count].to_vec()
}

pub(super) fn section_longer_than_the_file() -> Vec<u8> {
    [MODULE, &[TYPES], &number(u32::MAX as usize), &[1]].concat()
}

pub(super) fn number_without_end() -> Vec<u8> {
    [MODULE, &[TYPES], &[0x80; 64]].concat()
}

pub(super) fn sections_out_of_order() -> Vec<u8> {
    [MODULE, &section(FUNCTIONS, &[1, 0]), &types(), &exports()].concat()
}

pub(super) fn code_without_functions() -> Vec<u8> {
    [MODULE, &types(), &section(CODE, &[1, 2, 0, END])].concat()
}

/// Says that it has four billion functions, for readers that make room before they read.
pub(super) fn more_functions_than_bytes() -> Vec<u8> {
    [MODULE, &types(), &section(FUNCTIONS, &number(u32::MAX as usize))].concat()
}

pub(super) fn invalid_text_in_a_name() -> Vec<u8> {
    let functions = section(FUNCTIONS, &[1, 0]);
    let exports = section(EXPORTS, &[&[1][..], &sized(b"_sta\xff\xfe"), &[0, 0]].concat());
    [MODULE, &types(), &functions, &exports, &section(CODE, &[1, 2, 0, END])].concat()
}

pub(super) fn data_segment(bytes: usize) -> Vec<u8> {
    let data = [&[1, 0, 0x41, 0, END][..], &sized(&vec![b'x'; bytes])].concat();
    let functions = section(FUNCTIONS, &[1, 0]);
    let memories = section(MEMORIES, &[1, 0, 64]);
    let code = section(CODE, &[1, 2, 0, END]);
    let data = section(DATA, &data);
    [MODULE, &types(), &functions, &memories, &exports(), &code, &data].concat()
}

pub(super) fn br_table(targets: usize) -> Vec<u8> {
    // No locals; `i32.const 0`, a table whose targets are all the function's end.
    let table = [&[BR_TABLE][..], &number(targets), &vec![0; targets], &[0]].concat();
    with_body(&[&[0, 0x41, 0][..], &table, &[END]].concat(), &[])
}

pub(super) fn functions(count: usize) -> Vec<u8> {
    let functions = section(FUNCTIONS, &[number(count), vec![0; count]].concat());
    let code = section(CODE, &[number(count), [2, 0, END].repeat(count)].concat());
    [MODULE, &types(), &functions, &exports(), &code].concat()
}

pub(super) fn locals(count: usize) -> Vec<u8> {
    with_body(&[&[1][..], &number(count), &[I32, END]].concat(), &[])
}

pub(super) fn nested_blocks(depth: usize) -> Vec<u8> {
    with_body(&[&[0][..], &BLOCK.repeat(depth), &vec![END; depth], &[END]].concat(), &[])
}

pub(super) fn nested_components(depth: usize) -> Vec<u8> {
    (0..depth)
        .fold(COMPONENT.to_vec(), |inner, _| [COMPONENT, &section(COMPONENTS, &inner)].concat())
}
