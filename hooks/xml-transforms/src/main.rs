//! The hook as a program: convention 9 for the folder that it is started in.

use cofferdam_hook_files::program;
use cofferdam_hook_xml_transforms::run;

fn main() {
    match run(program::folder(), &program::variables(), &mut program::HostLog) {
        Ok(report) => {
            for (name, value) in report.outputs {
                cofferdam_sdk::output::set(name, value);
            }
        }
        Err(error) => cofferdam_sdk::fail(error),
    }
}
