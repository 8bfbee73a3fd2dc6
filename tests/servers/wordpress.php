<?php
// Run once by the command line: makes the site, ana who owns it, bruno who reads it, and an application password.
define('WP_INSTALLING', true);
$_SERVER += ['HTTP_HOST' => $argv[1], 'SERVER_NAME' => '127.0.0.1', 'REQUEST_METHOD' => 'GET', 'REQUEST_URI' => '/',
    'SERVER_PROTOCOL' => 'HTTP/1.1'];
$_SERVER['PHP_SELF'] = '/index.php';
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
wp_install('Community', 'ana', 'ana@example.org', true, '', 'secret-ana');
foreach (get_comments(['fields' => 'ids']) as $number) {
    wp_delete_comment($number, true);
}
update_option('permalink_structure', '/%postname%/');
update_option('comment_moderation', 1);
update_option('comment_previously_approved', 0);
update_option('default_pingback_flag', 0);
$bruno = wp_create_user('bruno', 'secret-bruno', 'bruno@example.org');
$post = wp_insert_post(['post_title' => 'Community meetup tonight', 'post_content' => 'Who is in?',
    'post_status' => 'publish', 'post_author' => 1]);
$passwords = [];
foreach ([1 => 'ana', $bruno => 'bruno'] as $number => $name) {
    $passwords[$name] = WP_Application_Passwords::create_new_application_password($number, ['name' => 'tests'])[0];
}
echo "\nMADE " . json_encode(['post' => $post, 'bruno' => $bruno, 'passwords' => $passwords]) . "\n";
