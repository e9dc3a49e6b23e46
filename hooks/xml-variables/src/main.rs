//! The hook as a program: convention 10 for the folder that it is started in.

use cofferdam_hook_files::program;
use cofferdam_hook_xml_variables::run;

fn main() {
    if let Err(error) = run(program::folder(), &program::variables(), &mut program::HostLog) {
        cofferdam_sdk::fail(error);
    }
}
